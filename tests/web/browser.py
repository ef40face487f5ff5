"""One window of a browser: pages are parsed, links followed, forms filled in and sent, as a person would."""

import asyncio
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin

import httpx

FORM = {"content-type": "application/x-www-form-urlencoded"}
Attributes = list[tuple[str, str | None]]


@dataclass(kw_only=True)
class FilledForm:
    """A form as the page shows it: its inputs with what stands in them, in order."""

    action: str
    method: str
    fields: list[list[str]] = field(default_factory=list)

    def value(self, name: str) -> str:
        """What stands in the first input of that name."""
        return next(value for each, value in self.fields if each == name)

    def fill(self, **typed: str | list[str]) -> None:
        """Type into inputs that are there; several of one name in their order."""
        for name, said in typed.items():
            inputs = [each for each in self.fields if each[0] == name]
            values = [said] if isinstance(said, str) else said
            assert len(inputs) >= len(values), f"no such input: {name}"
            for each, value in zip(inputs, values, strict=False):
                each[1] = value

    def encoded(self) -> str:
        """As a browser sends it."""
        return urlencode([(name, value) for name, value in self.fields])


class Page(HTMLParser):
    """What is on a page: text, links, forms, headings, labels."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html, self.text = html, ""
        self.links: dict[str, str] = {}
        self.forms: list[FilledForm] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._select: list[str] | None = None
        self._area: list[str] | None = None
        self._href = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: Attributes) -> None:
        had = {name: value or "" for name, value in attributes}
        self.tags.append((tag, had))
        match tag:
            case "a":
                self._href = had["href"]
            case "form":
                self.forms.append(FilledForm(action=had["action"].partition("#")[0], method=had["method"]))
            case "input" if "name" in had:
                self.forms[-1].fields.append([had["name"], had.get("value", "")])
            case "select":
                self._select = [had["name"], ""]
                self.forms[-1].fields.append(self._select)
            case "option" if self._select is not None and "selected" in had:
                self._select[1] = had["value"]
            case "textarea":
                self._area = [had["name"], ""]
                self.forms[-1].fields.append(self._area)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._href = ""
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area is not None:
            self._area[1] = self._area[1].removeprefix("\n")
            self._area = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._area is not None:
            self._area[1] += data
        if self._href and data.strip():
            self.links.setdefault(data.strip(), self._href)

    def form(self, ending: str) -> FilledForm:
        """The form whose action ends so."""
        return next(form for form in self.forms if form.action.endswith(ending))

    def offers(self, ending: str) -> bool:
        """Whether something on the page leads to an action of that name."""
        return any(form.action.endswith(ending) for form in self.forms) or any(
            href.endswith(f"do={ending}") for href in self.links.values()
        )

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every such tag."""
        return [had for each, had in self.tags if each == tag]


class Browser:
    """One window."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http, self.at, self.status = http, "/", 0
        self.page = Page("")

    async def open(self, address: str) -> Page:
        """Go there, through redirects."""
        answer = await self.http.get(address)
        while answer.is_redirect:
            address = urljoin(address, answer.headers["location"])
            answer = await self.http.get(address)
        self.at, self.status, self.page = address, answer.status_code, Page(answer.text)
        return self.page

    async def click(self, text: str) -> Page:
        """Follow a link by its words."""
        href = next(href for words, href in self.page.links.items() if text in words)
        return await self.open(href)

    async def send(self, ending: str, **typed: str | list[str]) -> Page:
        """Fill in the form that goes there, opening it first if it is behind a link, and send it."""
        if not any(form.action.endswith(ending) for form in self.page.forms):
            await self.open(next(href for href in self.page.links.values() if href.endswith(f"do={ending}")))
        form = self.page.form(ending)
        form.fill(**typed)
        return await self.post(form)

    async def post(self, form: FilledForm) -> Page:
        """Send a form; 303 is followed."""
        answer = await self.http.post(form.action, content=form.encoded(), headers=FORM)
        if answer.status_code == 303:
            return await self.open(answer.headers["location"])
        self.status, self.page = answer.status_code, Page(answer.text)
        return self.page

    async def until(self, address: str, text: str, seconds: float = 10) -> Page:
        """Reload until it says so (or leads there), as the page itself does every few seconds."""
        for _ in range(int(seconds / 0.1)):
            page = await self.open(address)
            if text in page.text or text in page.html:
                return page
            await asyncio.sleep(0.1)
        raise AssertionError(f"{address} never said {text}: {self.page.text}")


def told(page: Page) -> list[dict[str, Any]]:
    """The alerts on a page."""
    return [had for had in page.all("div") if had.get("role") == "alert"]
