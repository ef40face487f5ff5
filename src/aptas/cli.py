"""The command line: `aptas`, `python -m aptas`. Heavy parts are imported by the command that needs them."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from aptas.environment import read_settings
from aptas.settings import ADMIN_PORT, ENTRY_PORT, PAGES, PROCESSES, SettingRefused, Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="아파트 하자 접수·처리 / Apartment defects, from the report to the repair.",
)
events = typer.Typer(no_args_is_help=True, help="버스의 사건 / The events on the bus.")
parked = typer.Typer(no_args_is_help=True, help="처리하지 못해 세워 둔 메시지 / Messages set aside.")
mypage = typer.Typer(no_args_is_help=True, help="입주민 화면 / What the resident sees.")
db = typer.Typer(no_args_is_help=True, help="데이터베이스 / The databases.")
homes = typer.Typer(no_args_is_help=True, help="세대 목록 / The homes.")
gateway = typer.Typer(no_args_is_help=True, help="따로 도는 프로세스들의 한 입구(Envoy) / The single entry.")
for name, group in (
    ("events", events),
    ("parked", parked),
    ("mypage", mypage),
    ("db", db),
    ("homes", homes),
    ("gateway", gateway),
):
    app.add_typer(group, name=name)

Data = Annotated[
    Path | None, typer.Option("--data", help="데이터 폴더 / data directory (APTAS_DATA, .aptas)")
]
PORT = "APTAS_PORT"
Entrance = Annotated[
    int, typer.Option("--port", envvar=PORT, min=1, max=65535, help="입구 포트 / the entry's port")
]
Counter = Annotated[
    int, typer.Option("--admin-port", min=1, max=65535, help="통계 포트 / where its statistics are read")
]
Json = Annotated[bool, typer.Option("--json", help="스크립트가 읽을 JSON / JSON for scripts")]


def run(work: Any) -> None:
    """Run a coroutine on uvloop where there is one."""
    _runner()(work)


def _runner() -> Any:
    try:
        import uvloop
    except ImportError:
        return asyncio.run
    return uvloop.run


def settings_of(data: Path | None, **more: Any) -> Settings:
    """The environment's settings with what the command line says before them."""
    return read_settings(data=data, **more)


@app.command()
def up(
    demo: Annotated[bool, typer.Option("--demo", help="시연 자료 / seed demonstration data")] = False,
    data: Data = None,
    port: Entrance = ENTRY_PORT,
    service_ports: Annotated[
        bool, typer.Option("--service-ports/--no-service-ports", help="8082–8085도 열기 / open those too")
    ] = True,
    homes_file: Annotated[Path | None, typer.Option("--homes", help="세대 파일 / a file of homes")] = None,
) -> None:
    """모두 한 프로세스로 실행합니다 / Run everything in one process."""
    from aptas.commands.up import run_up

    settings = settings_of(data, entry_url=f"http://localhost:{port}", leave_seconds=0)
    run(run_up(settings, port, service_ports, demo, homes_file))


@app.command()
def serve(
    name: Annotated[str, typer.Argument(help=" | ".join(PROCESSES))],
    port: Annotated[int | None, typer.Option(envvar=PORT, min=1, max=65535, help="포트 / its port")] = None,
    data: Data = None,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="같은 포트의 프로세스 수 / processes on that port")
    ] = 1,
) -> None:
    """하나만 실행합니다: 서비스 하나, 또는 화면(pages) / Run one of the services, or the pages."""
    if name not in PROCESSES:
        names = ", ".join(PROCESSES)
        raise SettingRefused(f"{name}: {names} 중 하나입니다. / is one of {names}.")
    settings = settings_of(data)
    port = settings.ports[name] if port is None else port
    if workers > 1:
        from aptas.serving import take_port
        from aptas.workers import run_workers

        where = ["--data", str(settings.data), "--port", str(port)]
        sys.exit(run_workers(workers, take_port(port, settings.listen), ["serve", name, *where]))
    if name == PAGES:
        from aptas.commands.pages import run_pages

        run(run_pages(settings, port))
    else:
        from aptas.commands.up import run_serve

        run(run_serve(settings, name, port))


@app.command()
def health(
    port: Entrance = ENTRY_PORT,
    ready: Annotated[
        bool, typer.Option("--ready", help="요청을 받을 수 있는지 / may requests be sent")
    ] = False,
) -> None:
    """옆의 프로세스가 살아 있는지 묻습니다 / Ask the process beside this one whether it is alive."""
    from aptas.commands.health import check_health

    check_health(port, "/health/ready" if ready else "/health/live")


@app.command()
def seed(data: Data = None) -> None:
    """따로 도는 서비스들에 시연 자료를 넣습니다 / Seed demonstration data where the services run apart."""
    from aptas.commands.seed import seed as seed_all

    run(seed_all(settings_of(data)))


@gateway.command("config")
def gateway_config(
    out: Annotated[Path | None, typer.Option("--out", help="파일로 / into a file")] = None,
    port: Entrance = ENTRY_PORT,
    admin_port: Counter = ADMIN_PORT,
) -> None:
    """Envoy 설정을 만듭니다 / Print Envoy's configuration, or write it to a file."""
    from aptas.commands.gateway import print_config

    print_config(settings_of(None), port, admin_port, out)


@gateway.command("http-routes")
def gateway_http_routes() -> None:
    """클러스터의 입구가 쓸 HTTPRoute를 만듭니다 / Print the same routes as an HTTPRoute of the Gateway API."""
    from aptas.commands.gateway import print_http_routes

    print_http_routes()


@gateway.command("run")
def gateway_run(port: Entrance = ENTRY_PORT, admin_port: Counter = ADMIN_PORT, data: Data = None) -> None:
    """설정을 확인하고 Envoy를 실행합니다 / Check the configuration and run Envoy on it."""
    from aptas.commands.gateway import run_gateway

    run_gateway(settings_of(data), port, admin_port)


@events.command("tail")
def events_tail(
    topic: Annotated[str, typer.Option(help="aptas | compensation-events")] = "aptas",
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="처음부터 / from the start")
    ] = False,
    follow: Annotated[bool, typer.Option("--follow/--no-follow", help="계속 보기 / wait for more")] = True,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """토픽의 메시지를 보여 줍니다 / Show a topic's messages, one a line."""
    from aptas.commands.events import tail

    run(tail(settings_of(data), topic, from_beginning, follow, as_json))


@events.command("replay")
def events_replay(data: Data = None, as_json: Json = False) -> None:
    """잃어버린 토픽을 사건 표에서 다시 채웁니다 / Refill the topics from the events tables."""
    from aptas.commands.events import replay

    run(replay(settings_of(data), as_json))


@parked.command("list")
def parked_list(
    dropped: Annotated[bool, typer.Option("--dropped", help="버린 것도 / what was dropped, too")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """세워 둔 메시지 목록 / What is parked, and why."""
    from aptas.commands.parked import show

    run(show(settings_of(data), dropped, as_json))


@parked.command("redrive")
def parked_redrive(
    key: Annotated[str | None, typer.Argument(help="한 건만 / only this key")] = None,
    context: Annotated[str | None, typer.Option(help="한 곳만 / only this context")] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """차례로 다시 처리합니다 / Handle what is parked again, in order."""
    from aptas.commands.parked import redrive

    run(redrive(settings_of(data), context, key, as_json))


@parked.command("drop")
def parked_drop(
    context: Annotated[str, typer.Argument(help="어느 곳 / which context")],
    number: Annotated[int, typer.Argument(help="parked list 의 번호 / its number in `parked list`")],
    data: Data = None,
) -> None:
    """버리고 뒤의 것을 다시 처리할 수 있게 합니다 / Give one up, so that those behind it can be redriven."""
    from aptas.commands.parked import drop

    run(drop(settings_of(data), context, number))


@mypage.command("rebuild")
def mypage_rebuild(data: Data = None, as_json: Json = False) -> None:
    """입주민 화면을 토픽에서 다시 만듭니다 / Build the rows anew, beside the old ones, then switch."""
    from aptas.commands.rebuild import rebuild

    run(rebuild(settings_of(data), as_json))


@db.command("upgrade")
def db_upgrade(data: Data = None) -> None:
    """스키마를 새 판으로 올립니다 / Migrate every context's schema."""
    from aptas.commands.database import upgrade_all

    run(upgrade_all(settings_of(data)))


@homes.command("import")
def homes_import(
    file: Annotated[Path, typer.Argument(help="JSON 또는 CSV / JSON or CSV")], data: Data = None
) -> None:
    """세대 파일을 읽어 알립니다 / Read homes from a file and publish them; a bad row refuses the file."""
    from aptas.commands.homes import import_homes

    run(import_homes(settings_of(data), file))


@app.command()
def wall() -> None:
    """코드에서 만든 이벤트 스토밍을 출력합니다 / Print the event storming, generated from the code."""
    from aptas.wall import drawn_wall

    print(drawn_wall(), end="")


@app.command()
def asyncapi(
    samples: Annotated[
        Path | None,
        typer.Option("--samples", help="보기로 실을 메시지 폴더 / a folder of messages, for examples"),
    ] = None,
) -> None:
    """코드에서 만든 AsyncAPI 문서를 출력합니다 / Print what travels on the topics, as an AsyncAPI 3 document."""
    from aptas.asyncapi.document import read_samples, written

    print(written({} if samples is None else read_samples(samples)), end="")


def main() -> None:
    """Run a command; what we refuse is one line on standard error and exit code 2."""
    from aptas.observability import configure_logs
    from aptas.refusals import REFUSALS

    configure_logs()
    try:
        app()
    except REFUSALS as refused:
        print(f"aptas: {refused}", file=sys.stderr)
        sys.exit(2)
