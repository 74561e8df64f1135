"""What a page does to its own world, or forbids by its policy, changes nothing of what we find."""

from __future__ import annotations

import pytest

from auditor.browser.engine import judge
from tests.browser.conftest import Lab, bad, html, image_alts, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")

BODY = f'{bad("one")}<a href="/x"></a><input id="field"><p id="said"></p>'
FOUND = {*image_alts("one"), ("link-name", (), "a"), ("label", (), "#field")}

SABOTAGE = """<script>
const nothing = () => [];
for (const name of ["filter", "map", "forEach", "push", "reduce"]) Array.prototype[name] = nothing;
JSON.stringify = JSON.parse = () => "{}";
for (const kind of [Document, Element, DocumentFragment, ShadowRoot]) {
  kind.prototype.querySelectorAll = nothing;
  kind.prototype.querySelector = () => null;
}
Element.prototype.getAttribute = Element.prototype.matches = () => null;
Node.prototype.contains = () => true;
Promise.prototype.then = () => new Promise(() => 0);
window.Promise = window.MutationObserver = window.Map = window.WeakMap = function () { throw 1 };
window.setTimeout = window.requestAnimationFrame = window.getComputedStyle = () => 0;
Object.defineProperty(window, "performance", { value: null });
Object.defineProperty(Document.prototype, "contentType", { value: "text/plain" });
window.axe = { run: async () => ({}), runPartial: async () => ({}), finishRun: async () => ({}) };
window.auditor = { facts: () => ({}), begin: async () => [] };
Object.freeze(window.axe);
Object.freeze(window.auditor);
</script>"""

WATCH = """<script>
var seen = [];
new MutationObserver((records) => {
  for (const r of records) seen.push([r.type, r.target.nodeName, r.attributeName]);
}).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
addEventListener("message", (event) => seen.push(["message", String(event.data)]));
var before = Object.getOwnPropertyNames(window);
</script>"""
SEEN = """() => ({
  names: Object.getOwnPropertyNames(window).filter((name) => !before.includes(name) && name !== "before"),
  seen, html: document.documentElement.outerHTML, axe: typeof axe, auditor: typeof auditor })"""


async def test_sabotage_changes_nothing(lab: Lab) -> None:
    lab.site.routes["/plain"] = html(BODY)
    lab.site.routes["/sabotage"] = html(BODY, head=SABOTAGE)
    assert await lab.judge("/plain") == FOUND
    assert await lab.judge("/sabotage") == FOUND


async def test_the_page_sees_nothing_of_us(lab: Lab) -> None:
    lab.site.routes["/watch"] = html(BODY + WATCH)
    async with lab.tabs.tab() as tab:
        await opened(tab, lab.url("/watch"))
        before = await tab.page.evaluate(SEEN)
        judged = await judge(tab.page, await tab.world(), lab.engine, seconds=10)
        after = await tab.page.evaluate(SEEN)
    assert {rule["id"] for rule in judged.result["violations"]} >= {"image-alt", "label", "link-name"}
    assert after == before
    assert after["axe"] == after["auditor"] == "undefined"


@pytest.mark.parametrize(
    "policy",
    [
        "default-src 'none'",
        "script-src 'none'",
        "default-src 'self'; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
        "sandbox",
        "sandbox allow-same-origin",
        "sandbox allow-scripts",
    ],
)
async def test_security_policies(lab: Lab, policy: str) -> None:
    """A sandboxed document without scripts has no timers: see page.js."""
    lab.site.routes["/policy"] = html(BODY, Content_Security_Policy=policy)
    assert await lab.judge("/policy") == FOUND
    await lab.assert_sound()


async def test_sandboxed_frames(lab: Lab) -> None:
    lab.site.routes["/inner"] = html(bad("inner"))
    frames = [
        f'<iframe id="f{n}" title="f{n}" src="/inner" sandbox="{value}"></iframe>'
        for n, value in enumerate(
            ("", "allow-scripts", "allow-same-origin", "allow-scripts allow-same-origin")
        )
    ]
    lab.site.routes["/sandboxes"] = html("".join(frames))
    result = await lab.visit("/sandboxes")
    assert lab.untested(result) == {}
    assert lab.places(result) == image_alts(*(((f"#f{n}",), "#inner") for n in range(4)))
