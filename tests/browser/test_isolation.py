"""What a page does to its own world, or forbids by its policy, changes nothing of what we find."""

from __future__ import annotations

import json

import pytest

from tests.browser.conftest import Lab, bad, html, image_alts

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
window.Promise = window.MutationObserver = window.Map = window.WeakMap = function () { throw new Error("no") };
window.setTimeout = window.requestAnimationFrame = window.getComputedStyle = () => 0;
Object.defineProperty(window, "performance", { value: null });
Object.defineProperty(Document.prototype, "contentType", { value: "text/plain" });
window.axe = { run: async () => ({}), runPartial: async () => ({}), finishRun: async () => ({ violations: [] }) };
window.auditor = { facts: () => ({}), begin: async () => [] };
Object.freeze(window.axe);
Object.freeze(window.auditor);
</script>"""

WATCH = """<script>
const before = new Set(Object.getOwnPropertyNames(window));
const seen = [];
new MutationObserver((records) => {
  for (const r of records) seen.push([r.type, r.target.nodeName, r.attributeName]);
}).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
addEventListener("message", (event) => seen.push(["message", String(event.data)]));
function report() {
  const names = Object.getOwnPropertyNames(window).filter((name) => !before.has(name));
  navigator.sendBeacon("/told", JSON.stringify({ names, seen, axe: typeof axe, auditor: typeof auditor }));
}
addEventListener("pagehide", report);
setTimeout(report, 900);
</script>"""


async def test_sabotage_changes_nothing(lab: Lab) -> None:
    lab.site.routes["/plain"] = html(BODY)
    lab.site.routes["/sabotage"] = html(BODY, head=SABOTAGE)
    assert await lab.judge("/plain") == FOUND
    assert await lab.judge("/sabotage") == FOUND


async def test_the_page_sees_nothing_of_us(lab: Lab) -> None:
    told: list[dict[str, object]] = []
    lab.site.routes["/watch"] = html(BODY, head=WATCH)
    result = await lab.visit("/watch")
    assert lab.places(result) == FOUND
    async with lab.tabs.tab() as tab:
        await tab.page.goto(lab.url("/watch"))
        before = await tab.page.content()
    async with lab.tabs.tab() as tab:
        await tab.page.goto(lab.url("/watch"))
        from auditor.browser.engine import judge

        await judge(tab.page, await tab.world(), lab.engine, seconds=10)
        assert await tab.page.content() == before, "no element or attribute of ours stays behind"
        told.append(
            json.loads(
                await tab.page.evaluate(
                    """() => JSON.stringify({
                        names: Object.getOwnPropertyNames(window).filter((n) => !before.has(n)),
                        seen: seen.filter(([kind]) => kind !== "childList"),
                        axe: typeof axe, auditor: typeof auditor })"""
                )
            )
        )
    assert told[0]["axe"] == told[0]["auditor"] == "undefined"
    assert set(told[0]["names"]) <= {"report", "seen", "before", "axe", "event"}  # type: ignore[call-overload]
    assert told[0]["seen"] == []


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
