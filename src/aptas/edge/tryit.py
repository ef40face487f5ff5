"""The page to try the API: Swagger UI from an installed package, nothing fetched from outside."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin, YamlRenderPlugin
from litestar.static_files import create_static_files_router

ASSETS = "/schema-assets"


def openapi_config(name: str) -> OpenAPIConfig:
    """OpenAPI 3.1: the page at /schema, the document at /schema/openapi.json and .yaml."""
    page = SwaggerRenderPlugin(
        path="/",
        favicon="<link rel='icon' href='data:,'>",
        js_url=f"{ASSETS}/swagger-ui-bundle.js",
        css_url=f"{ASSETS}/swagger-ui.css",
        standalone_preset_js_url=f"{ASSETS}/swagger-ui-standalone-preset.js",
    )
    return OpenAPIConfig(
        title=f"aptas {name}",
        version="1.0.0",
        description="아파트 하자 접수·처리 / Apartment defects. HAL; problem+json; Idempotency-Key.",
        path="/schema",
        render_plugins=[page, JsonRenderPlugin(path="/openapi.json"), YamlRenderPlugin(path="/openapi.yaml")],
        use_handler_docstrings=True,
    )


def tryit_assets() -> Any:
    """Swagger UI's own files."""
    package = find_spec("swagger_ui")
    assert package is not None, "swagger-ui-py is in requirements/runtime.txt"
    assert package.origin is not None
    return create_static_files_router(
        path=ASSETS, directories=[Path(package.origin).parent / "static"], include_in_schema=False
    )
