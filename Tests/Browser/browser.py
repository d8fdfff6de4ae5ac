"""A real browser on a contact sheet, and what every check wants of it: nothing fetched, nothing on the console."""
import contextlib
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Sheet:
    """A page with what was seen while it was open."""

    def __init__(self, page):
        self.page = page
        self.requests, self.troubles = [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.troubles.append(f"console {message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.troubles.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    def open(self, folder):
        self.page.goto(f"file://{Path(folder).resolve()}/index.html")
        self.page.wait_for_selector("html[data-ready]", timeout=60_000)

    def ask(self, script, argument=None):
        return self.page.evaluate(script, argument)

    def until(self, expression):
        """Waits in the page, whose policy forbids the browser's own way of evaluating text again and again."""
        self.ask(f"() => new Promise((done) => {{ const look = () => (({expression}) ? done() : requestAnimationFrame(look)); look(); }})")

    def shown(self):
        """The paths of all photographs that match, in their order."""
        return self.ask("Grid.items.map((item) => item.record.path)")

    def set(self, form, name, value):
        """Changes a control as a person does."""
        control = self.page.locator(f"#{form} [name={name}]")
        if control.evaluate("(node) => node.tagName") == "SELECT":
            control.select_option(value)
        elif control.get_attribute("type") == "range":
            control.evaluate("(node, value) => { node.value = value; node.dispatchEvent(new Event('input', {bubbles: true})); }", value)
        else:
            control.fill(value)

    def reset(self, form):
        self.page.locator(f"#{form} [type=reset]").click()
        # The page answers in a task of its own.
        self.ask("() => new Promise((done) => setTimeout(done, 1))")

    @property
    def fetched(self):
        return [url for url in self.requests if not url.startswith(("file:", "data:", "blob:"))]


@contextlib.contextmanager
def browser():
    """Debian's chromium, without a window."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield running
        finally:
            running.close()


@contextlib.contextmanager
def sheet(running, width=1360, height=900, scheme="light"):
    """A fresh page, as on another computer."""
    context = running.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, accept_downloads=True)
    try:
        yield Sheet(context.new_page())
    finally:
        context.close()
