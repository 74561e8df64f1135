# ruff: noqa: E501 # tables: a row is a case
"""Pages that sabotage who looks at them, odd documents, frames, and texts that want to be executed."""

from __future__ import annotations

from html import escape

from tests.sites.hostile.case import (
    AUDITED,
    FAILED,
    FAULT,
    PIXEL,
    Case,
    case,
    document,
    exactly,
    page,
)  # fmt: skip
from tests.sites.wire import Asked, Wire

MARK = "HOSTILEMARK"  # what must never be executed, or stand unescaped in a report
CODE = f"</script><script>window.{MARK}=1</script><img src=x onerror=window.{MARK}=1>\"'`${{7*7}}{{{{7*7}}}}"
FORMULA = "=cmd|' /C calc'!A0"
CONTROLS = "\x1b[31mred\x1b]0;title\x07 \x9b2J \u202egnp.exe\u202c \u2066x \u200b\ufeff \r\n::error::x \b\b"
SABOTAGE = {
    "axe": ("A fake axe", "window.axe = {run: async () => ({violations: []}), configure() {}, version: '99'};"
            "Object.freeze(window.axe); Object.defineProperty(window, 'axe', {writable: false, configurable: false})"),
    "filter": ("Array.prototype without filter, map and forEach",
               "for (const m of ['filter', 'map', 'forEach', 'reduce']) Array.prototype[m] = () => []"),
    "prototypes": ("Traps on Object.prototype", "for (const k of ['value', 'get', 'then', 'toJSON', 'id', 'result', 'nodes'])"
                   " Object.defineProperty(Object.prototype, k, {get() { return 1 }, set() {}, configurable: true})"),
    "json": ("JSON that lies", "JSON.stringify = () => '{}'; JSON.parse = () => ({})"),
    "promise": ("No promises", "window.Promise = function () { throw new Error('no') }"),
    "observers": ("No observers", "window.MutationObserver = window.IntersectionObserver = function () { throw 1 }"),
    "query": ("Selectors that find nothing", "for (const P of [Document, Element, DocumentFragment]) {"
              " P.prototype.querySelectorAll = () => []; P.prototype.querySelector = () => null }"),
    "title": ("A title that throws", "Object.defineProperty(document, 'title', {get() { throw new Error('no') }})"),
    "timers": ("Timers and frames that never come", "window.setTimeout = window.setInterval = window.requestAnimationFrame"
               " = window.requestIdleCallback = () => 0"),
    "clock": ("A clock that stands", "Date.now = performance.now = () => 0"),
    "walk": ("Nodes without children", "for (const k of ['childNodes', 'firstChild', 'children', 'shadowRoot', 'parentNode'])"
             " for (const P of [Node, Element]) try { Object.defineProperty(P.prototype, k, {get: () => null}) } catch {}"),
    "ready": ("Never says that it is ready", "Object.defineProperty(document, 'readyState', {get: () => 'loading'});"
              "addEventListener('load', (e) => e.stopImmediatePropagation(), true)"),
    "iterator": ("No iterators", "delete Array.prototype[Symbol.iterator]; Symbol.iterator; Map.prototype.get = () => 0"),
    "styles": ("Styles and boxes that lie", "window.getComputedStyle = () => ({}); Element.prototype.getClientRects = () => [];"
               "Element.prototype.getBoundingClientRect = () => ({})"),
    "attributes": ("Attributes that lie", "Element.prototype.getAttribute = () => 'x'; Element.prototype.hasAttribute"
                   " = () => true; Element.prototype.matches = () => false"),
    "frozen": ("Everything frozen", "for (const P of [Object, Array, Function, Promise, Map, Element, Node, Document])"
               " Object.freeze(P.prototype); Object.freeze(window.constructor.prototype)"),
    "location": ("Words that are in the way", "window.fetch = window.XMLHttpRequest = window.WeakMap = window.Map = null;"
                 "window.top2 = window.parent; window.console = null"),
}  # fmt: skip
POLICIES = {
    "sandbox": "sandbox", "no-scripts": "script-src 'none'", "nothing": "default-src 'none'; img-src data:",
    "trusted-types": "require-trusted-types-for 'script'; trusted-types 'none'",
    "no-frames": "frame-src 'none'; frame-ancestors 'none'; base-uri 'none'",
}  # fmt: skip
CLOBBER = (
    '<form id="body">' + "".join(f'<input name="{name}" aria-label="{name}">' for name in (
        "id", "action", "submit", "title", "style", "children", "length"))
    + '</form><img name="querySelectorAll" alt="f"><img name="documentElement" alt="g"><img name="createElement" alt="h">'
)  # fmt: skip
NEST = '<iframe src="/pages/nest/{n}" title="Deeper {n}"></iframe>'


async def nest(asked: Asked, wire: Wire) -> None:
    """/pages/nest/N holds a frame of N - 1; only the innermost and the outermost have the fault."""
    left = int(asked.path.rpartition("/")[2])
    inner = NEST.format(n=left - 1) if left else ""
    await wire.answer(document(asked.path, inner, fault=left in (0, 20)))


def plain(text: str) -> str:
    return escape(text.replace("\r\n", " "))


def inside(source: str, *, how: str = "") -> str:
    return f'<iframe src="{source}" title="Part" {how}></iframe>'


SABOTAGES: list[Case] = [
    *(case(f"/pages/sabotage-{name}", about, page(head=f"<script>{source}</script>"), AUDITED)
      for name, (about, source) in SABOTAGE.items()),
    case("/pages/clobbered", "Forms and pictures named like the DOM's own words", page(CLOBBER), AUDITED),
    case("/pages/clobbered-more", "Fields named like the words that axe itself needs", page(
         '<form><input name="nodeName" aria-label="c"><input name="attributes" aria-label="d"><input name="getAttribute" aria-label="e"></form>'), AUDITED, FAILED),
    case("/pages/a-field-named-attributes", "A field named like a word of the DOM that only we need", page(
         '<form><input name="attributes" aria-label="a"><input name="firstChild" aria-label="b"></form>'), AUDITED),
    case("/pages/elements-throw", "Elements of its own that throw", page(
         "<x-bad>Text</x-bad><script>customElements.define('x-bad', class extends HTMLElement {"
         " connectedCallback() { throw new Error('x') } get id() { throw 1 } get shadowRoot() { throw 1 } })</script>"),
         AUDITED),
    *(case(f"/pages/policy-{name}", f"Content-Security-Policy: {policy}",
           page(headers={"Content-Security-Policy": policy}), AUDITED) for name, policy in POLICIES.items()),
    case("/pages/clears", "Clears all that the browser keeps of the site",
         page(headers={"Clear-Site-Data": '"*"'}), AUDITED),
    case("/pages/isolated", "Cross-origin isolation and no frames", page(headers={
         "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp",
         "X-Frame-Options": "DENY", "Permissions-Policy": "unload=()",
         "Refresh": "900"}), AUDITED, finds=None),
]  # fmt: skip

DOCUMENTS: list[Case] = [
    case("/pages/empty", "Nothing at all", exactly(""), FAILED, reason="empty"),
    case("/pages/blanks", "White space and a comment", exactly("\n \t <!-- nothing -->\n"), FAILED, reason="empty"),
    case("/pages/empty-body", "A head and no body", exactly("<!doctype html><title>Later</title><body></body>"), AUDITED,
         finds=None),
    case("/pages/body-removed", "Takes its body away", page("<script>document.body.remove()</script>"), FAILED),
    case("/pages/root-removed", "Takes itself away",
         page("<script>document.documentElement.remove()</script>"), FAILED),
    case("/pages/hidden", "Everything hidden by its style", page(head="<style>body { display: none }</style>"),
         AUDITED, FAILED, finds=None),
    case("/pages/written", "Writes itself anew when it has loaded", page(
         "<script>onload = () => { const s = " + "`" + document("/pages/written", "Written")
         + "`; document.open(); document.write(s); document.close() }</script>", fault=False), AUDITED),
    case("/pages/written-for-ever", "Writes itself anew all the time", page(
         "<script>const s = document.documentElement.outerHTML; setInterval(() => { document.open(); document.write(s);"
         " document.close() }, 200)</script>"), AUDITED, FAILED, finds=None),
    case("/pages/never-closed", "Opens its document and does not close it", page(
         "<script>onload = () => { document.open(); document.write('<p>More to come') }</script>"), AUDITED, FAILED,
         finds=None),
    case("/pages/quirks", "No doctype, nothing closed",
         exactly(f"<html lang=en><title>Quirks</title><h1>Quirks<p>One<p>Two<ul><li>a<li>b<table><tr><td>{FAULT}"), AUDITED),
    case("/pages/tag-soup", "Thousands of elements closed wrongly",
         exactly('<!doctype html><html lang="en"><title>Soup</title><main><h1>Soup</h1>' + "<b><i><p></b>x</i>" * 300
                 + FAULT), AUDITED),
    case("/pages/plaintext", "An element that never ends", page(f"{FAULT}<plaintext>", fault=False), AUDITED),
    case("/pages/xml-inside", "A drawing and a formula", page(
         '<svg role="img" aria-label="Map"><foreignObject><p>In it</p></foreignObject></svg><math><mi>x</mi></math>'), AUDITED),
    case("/pages/1-mb-attribute", "An attribute of a megabyte", page(
         f'<img src="{PIXEL}" data-x="{"long " * 200_000}">', fault=False), AUDITED),
    case("/pages/1-mb-title", "A title of a megabyte", page(title="long " * 200_000), AUDITED),
    case("/pages/1-mb-class", "A class and an id of a megabyte", page(
         f'<img src="{PIXEL}" id="{"i" * 500_000}" class="{"c" * 500_000}">', fault=False), AUDITED),
    case("/pages/1-mb-word", "A word of a megabyte", page(f"<p>{'w' * 1_000_000}</p>"), AUDITED),
    case("/pages/2000-faults", "2,000 pictures without a text", page("".join([FAULT] * 1999)), AUDITED, FAILED,
         finds={"image-alt": 2000}, slow=True),
    case("/pages/shadows", "Faults in open shadow roots, two deep", page(
         f"<div id=a></div><script>const r = a.attachShadow({{mode: 'open'}}); r.innerHTML = '{FAULT}<div id=b></div>';"
         f"r.getElementById('b').attachShadow({{mode: 'open'}}).innerHTML = '{FAULT}'</script>"), AUDITED,
         finds={"image-alt": 3}),
    case("/pages/closed-shadow", "A closed shadow root: axe cannot see into it", page(
         f"<div id=a></div><script>a.attachShadow({{mode: 'closed'}}).innerHTML = '{FAULT}'</script>"), AUDITED, finds=None),
    case("/pages/500-shadows", "Five hundred shadow roots", page(
         "<div id=a></div><script>for (let i = 0; i < 500; i++) { const d = a.appendChild(document.createElement('div'));"
         "d.attachShadow({mode: 'open'}).innerHTML = '<p>Part</p>' }</script>"), AUDITED),
]  # fmt: skip

FRAMES: list[Case] = [
    case("/pages/frameset", "A frameset", exactly(
         '<html lang="en"><head><title>Frames</title></head><frameset cols="50%,50%"><frame src="/pages/part" '
         'title="Left"><frame src="/pages/part" title="Right"></frameset></html>'), AUDITED, finds={"image-alt": 2},
         more={"/pages/part": page()}),
    case("/pages/nest/20", "Frames twenty deep", nest, AUDITED, FAILED, finds=None,
         more={f"/pages/nest/{n}": nest for n in range(20)}, slow=True),
    case("/pages/frame-itself", "A frame of itself", page(inside("/pages/frame-itself")), AUDITED, finds=None),
    case("/pages/60-frames", "Sixty frames", page("".join(inside("/pages/clean-part") for _ in range(60))), AUDITED, finds=None,
         more={"/pages/clean-part": page(fault=False)}, slow=True),
    case("/pages/frame-forbidden", "A frame that robots.txt forbids", page(inside("/forbidden/frame")), AUDITED),
    case("/pages/frame-other-host", "A frame of another host, with a fault", page(inside("$OTHER/page")), AUDITED,
         finds={"image-alt": 2}),
    case("/pages/frame-inside", "A frame of the internal service", page(inside("$INTERNAL/by-frame")), AUDITED,
         untested="by-frame"),
    case("/pages/frame-spins", "A frame of another host that never ends", page(inside("$OTHER/spins")), AUDITED, slow=True),
    case("/pages/frame-refuses", "A frame that may not be shown in one", page(inside("$OTHER/no-frames")), AUDITED),
    case("/pages/frame-error", "A frame that is not found", page(inside("/pages/no-such-part")), AUDITED),
    case("/pages/frame-empty-ones", "Frames with about:blank, data:, srcdoc, javascript: and a sandbox", page(
         inside("about:blank") + inside("data:text/html,&lt;p&gt;x") + inside("javascript:'x'")
         + f'<iframe title="Text" srcdoc="{escape(FAULT)}"></iframe>' + inside("/pages/part", how="sandbox")), AUDITED,
         finds=None),
    case("/pages/frame-comes-and-goes", "A frame that is taken away and put back all the time", page(
         "<div id=a></div><script>setInterval(() => { a.innerHTML = ''; a.innerHTML = '"
         + inside("/quick") + "' }, 100)</script>"), AUDITED),
    case("/pages/frame-leads-top", "A frame that leads the whole page to another host", page(inside("$OTHER/leads-top")),
         AUDITED, FAILED, finds=None),
    case("/pages/object", "Objects and embedded things", page(
         '<object data="/pages/clean-part" aria-label="Part"></object><embed src="/pages/clean-part" title="Part">'), AUDITED,
         finds=None),
    case("/pages/blank-popup", "Writes into an empty window and a frame", page(
         "<iframe id=f title=Part></iframe><script>const w = window.open('about:blank'); w && w.document.write('<img>');"
         f"f.contentDocument.write('<!doctype html><html lang=en><title>x</title>{FAULT}'); f.contentDocument.close()</script>"),
         AUDITED, finds={"image-alt": 2}),
]  # fmt: skip

TEXTS: list[Case] = [
    case("/pages/code-in-title", "Code in the title", page(title=plain(CODE)), AUDITED),
    case("/pages/code-in-attributes", "Code in class names, ids and attributes", page(
         f'<img src="{PIXEL}" id="{plain(CODE)}" class="{plain(CODE)}" data-x="{plain(CODE)}">', fault=False), AUDITED),
    case("/pages/code-in-links", "Code in links and their texts", page(
         f'<a href="/pages/coded?{plain(CODE)}">{plain(CODE)}</a> <a href="javascript:{plain(CODE)}">x</a>'
         f'<a href="data:text/html,{plain(CODE)}">y</a>'), AUDITED, more={"/pages/coded": page(f"<p>{plain(CODE)}</p>")}),
    case("/pages/formulas", "Texts that a spreadsheet would run", page(
         f'<img src="{PIXEL}" id="{FORMULA}" class="+1 -1 @SUM(A1) {FORMULA}">', title=FORMULA, fault=False), AUDITED),
    case("/pages/controls", "Escape sequences and reversed writing in title and text", page(
         f'<img src="{PIXEL}" title="" class="{plain(CONTROLS)}" id="{plain(CONTROLS)}">', title=plain(CONTROLS), fault=False),
         AUDITED),
    case("/pages/nul", "NUL and a lone surrogate in title and text", page(
         f'<img src="{PIXEL}" class="a&#0;b&#xd800;c" id="x\0y">'
         "<script>document.title = 'a\\0b\\ud800c\\udfff'; document.images[0].className = 'q\\ud83d\\0'</script>",
         title="a\0b&#xd800;", fault=False), AUDITED),
    case("/pages/odd%1B%5B31m%00%0Aname", "Escape sequence, NUL and line break in its address", page(), AUDITED),
    case("/pages/%E2%80%AEgnp.egap%EF%BB%BF", "Reversed writing in its address", page(), AUDITED),
    case("/pages/..%2F..%2F..%2Fetc%2Fpasswd", "A path out of every folder in its address", page(), AUDITED),
    case("/pages/%3Cscript%3Ewindow.HOSTILEMARK=1%3C%2Fscript%3E", "Code in its address", page(), AUDITED),
    case("/pages/%FF%FE%ZZ", "An address that is no text", page(), AUDITED),
    case("/pages/emoji-%F0%9F%97%91-r%C3%A9sum%C3%A9", "An address beyond ASCII", page(), AUDITED),
    case("/pages/" + "long-" * 350 + "name", "An address of 1,750 characters", page(), AUDITED),
]  # fmt: skip

SHARED_BY_OTHER = {
    "/page": page(),
    "/401": page(status=401, headers={"WWW-Authenticate": 'Basic realm="Counter"'}),
    "/403": page(status=403),
    "/spins": page("<script>while (true);</script>"),
    "/no-frames": page(headers={"X-Frame-Options": "DENY"}),
    "/leads-top": page("<script>top.location = '$OTHER/page'</script>"),
}  # what the other host serves

CASES = [*SABOTAGES, *DOCUMENTS, *FRAMES, *TEXTS]
