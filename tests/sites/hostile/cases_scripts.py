# ruff: noqa: E501 # tables: a row is a case
"""Pages whose scripts do not let go, make noise, or use the machine up."""

from __future__ import annotations

import base64
import hashlib

from tests.sites.hostile.case import (
    AUDITED,
    BLOCKED,
    DISALLOWED,
    FAILED,
    FAULT,
    PIXEL,
    REDIRECTED,
    Case,
    case,
    document,
    exactly,
    page,
    script,
)  # fmt: skip
from tests.sites.hostile.cases_network import MB, late, silence
from tests.sites.wire import Asked, Serve, Wire

ADD = "const add = (n) => { for (let i = 0; i < n; i++) { const p = document.createElement('p');" \
      " p.textContent = 'One more of them.'; document.body.append(p) } };"  # fmt: skip
BLANK = f'<img src="{PIXEL}">'
LEFTOVER = f"""
const found = [window.name, localStorage.mark, sessionStorage.mark, document.cookie.match(/mark=on/)].some(Boolean);
if (found) document.body.insertAdjacentHTML('beforeend', '{BLANK * 5}');
window.name = localStorage.mark = sessionStorage.mark = 'on'; document.cookie = 'mark=on; path=/';
"""
WORKER = f"""
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (e) => e.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (e) => e.respondWith(new Response(
  '<!doctype html><html lang="en"><title>Hijacked</title><main><h1>Hijacked</h1>{BLANK * 4}</main></html>',
  {{headers: {{'Content-Type': 'text/html'}}}})));
"""
JAVASCRIPT = {"Content-Type": "text/javascript"}


def later(source: str, ms: int = 300) -> Serve:
    """Runs after the page has loaded."""
    return script(f"addEventListener('load', () => setTimeout(() => {{ {source} }}, {ms}))")


async def events(asked: Asked, wire: Wire) -> None:
    await wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: first\n\n")
    await wire.hang()


async def socket(asked: Asked, wire: Wire) -> None:
    """A WebSocket that is accepted and says nothing."""
    key = asked.headers.get("sec-websocket-key", "") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
    await wire.send(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept}\r\n\r\n"
    )
    await wire.hang()


async def posted(asked: Asked, wire: Wire) -> None:
    await wire.answer(document("/scripts/posted", "<p>Thank you for your order.</p>"))


async def heap(asked: Asked, wire: Wire) -> None:
    """20 MB a request."""
    await wire.answer(b"x" * 20 * MB, headers={"Content-Type": "text/plain", "Cache-Control": "no-store"})


LOADS: list[Case] = [
    case("/scripts/picture-hangs", "A picture that never comes", page('<img src="/hangs" alt="Town hall">'), AUDITED, slow=True),
    case("/scripts/font-hangs", "A font that never comes",
         page(head="<style>@font-face{font-family:x;src:url(/hangs)}body{font-family:x}</style>"), AUDITED, slow=True),
    case("/scripts/media-hangs", "Sound and film that never come",
         page('<video src="/hangs" autoplay muted></video><audio src="/hangs" autoplay></audio>'), AUDITED, finds=None, slow=True),
    case("/scripts/async-hangs", "An async script that never comes",
         page(head='<script async src="/hangs"></script>'), AUDITED, slow=True),
    case("/scripts/frame-hangs", "A frame that never comes", page('<iframe src="/hangs" title="Map"></iframe>'),
         AUDITED, untested="/hangs", slow=True),
    case("/scripts/style-hangs", "A style sheet in the head that never comes",
         page(head='<link rel="stylesheet" href="/hangs">'), AUDITED, FAILED, slow=True),
    case("/scripts/script-hangs", "A script in the head that never comes", page(head='<script src="/hangs"></script>'),
         AUDITED, FAILED, slow=True),
    case("/scripts/import-hangs", "A module that waits for ever",
         page(head='<script type="module">import "/hangs"</script>'), AUDITED, FAILED, slow=True),
    case("/scripts/third-party-401", "A picture of another host that asks for a password",
         page('<img src="$OTHER/401" alt="A counter">'), AUDITED),
    case("/scripts/polls", "Asks its server for news all the time",
         script("setInterval(() => fetch('/quick?' + Math.random()).catch(() => 0), 50)"), AUDITED),
    case("/scripts/polls-slowly", "Has a request under way at all times",
         script("(async () => { for (;;) await fetch('/slow?' + Math.random()).catch(() => 0) })()"), AUDITED),
    case("/scripts/events", "Server-sent events that never end", script("new EventSource('/events')"), AUDITED),
    case("/scripts/web-socket", "A WebSocket that stays open",
         script("new WebSocket('ws://' + location.host + '/socket')"), AUDITED),
    case("/scripts/web-socket-inside", "A WebSocket to the internal service",
         script("new WebSocket('$INTERNAL/socket'.replace('http', 'ws'))"), AUDITED),
    case("/scripts/fetch-inside", "fetch, beacon, image, script, style and worker from the internal service",
         page("<script>for (const how of ['no-cors', 'cors']) fetch('$INTERNAL/fetch', {mode: how}).catch(() => 0);"
              "navigator.sendBeacon('$INTERNAL/beacon', 'x'); new Image().src = '$INTERNAL/image';"
              "try { new Worker('$INTERNAL/worker') } catch {}; import('$INTERNAL/module').catch(() => 0)</script>",
              head='<link rel="preconnect" href="$INTERNAL"><link rel="dns-prefetch" href="$INTERNAL">'
              '<link rel="stylesheet" href="$INTERNAL/style"><script src="$INTERNAL/script"></script>'), AUDITED),
    case("/scripts/redirects-inside", "A picture and a frame that redirect to the internal service",
         page('<img src="/inside" alt="Map"><iframe src="/inside" title="Map"></iframe>'), AUDITED),
    case("/scripts/eats-bytes", "Fetches 160 MB", script(
         "(async () => { for (let i = 0; i < 8; i++) await fetch('/heap?' + i).then((r) => r.arrayBuffer()) })()"),
         AUDITED, FAILED, more={"/heap": heap}),
]  # fmt: skip

LEADS: list[Case] = [
    case("/scripts/reload", "Reloads itself for ever", page(head="<script>location.reload()</script>"), FAILED, slow=True),
    case("/scripts/refresh-itself", "A meta refresh to itself",
         page(head='<meta http-equiv="refresh" content="0">'), FAILED),
    case("/scripts/refresh-to-and-fro", "Two pages with a meta refresh to each other",
         page(head='<meta http-equiv="refresh" content="0; url=/scripts/fro-and-to">'), FAILED,
         more={"/scripts/fro-and-to": page(head='<meta http-equiv="refresh" content="0; url=refresh-to-and-fro">')}, slow=True),
    case("/scripts/script-to-and-fro", "Two pages whose scripts lead to each other",
         page(head="<script>location.replace('/scripts/b-and-a')</script>"), FAILED,
         more={"/scripts/b-and-a": page(head="<script>location.replace('script-to-and-fro')</script>")}, slow=True),
    case("/scripts/on-and-on", "A script that leads to a new address each time",
         page(head="<script>location.href = '/scripts/on-and-on?' + Math.random()</script>"), FAILED, slow=True),
    case("/scripts/refresh-to-good", "A meta refresh to a good page",
         page(head='<meta http-equiv="refresh" content="0; url=/good/schools">'), REDIRECTED, reason="/good/schools"),
    case("/scripts/script-to-good", "A script that leads to a good page",
         page(head="<script>location.replace('/good/schools')</script>"), REDIRECTED, reason="/good/schools"),
    case("/scripts/refresh-in-five-minutes", "A meta refresh that is far off",
         page(head='<meta http-equiv="refresh" content="300">'), AUDITED, finds=None),
    case("/scripts/to-forbidden", "A script that leads to what robots.txt forbids",
         page(head="<script>location.replace('/forbidden/script')</script>"), REDIRECTED, DISALLOWED, FAILED),
    case("/scripts/steals", "Writes the address of a good page over its own",
         page(head="<script>history.replaceState('', '', '/good/bins')</script>"), AUDITED),
    case("/scripts/starts-a-download", "Leads to a download, once it is there", script("location.href = '/attached-2'"),
         AUDITED, slow=True, more={"/attached-2": exactly("x", headers={"Content-Disposition": "attachment"})}),
    case("/scripts/calls", "Leads to other programs",
         script("location.href = 'mailto:a@a.example'; setTimeout(() => { location.href = 'tel:+441210000000' }, 50)"),
         AUDITED, slow=True),
    case("/scripts/app-dead", "An application whose script is lost",
         exactly('<!doctype html><html lang="en"><title>Town</title><div id="root"></div><script src="/lost.js"></script>'),
         FAILED, reason="shows nothing"),
    case("/scripts/push-state", "Writes a new address of its own all the time",
         script("let n = 0; setInterval(() => history.pushState(0, '', '/scripts/push-state/' + n++), 50)"), AUDITED),
    case("/scripts/hashes", "Writes a new fragment all the time",
         script("setInterval(() => { location.hash = Math.random() }, 30)"), AUDITED),
    case("/scripts/history-back", "Goes back to whatever was there before", script("history.back(); history.go(-2)"),
         AUDITED, FAILED),
    case("/scripts/posts-itself", "Submits an order when it loads",
         page('<form method="post" action="/scripts/posted"></form><script>document.forms[0].submit()</script>'),
         FAILED, REDIRECTED, BLOCKED, more={"/scripts/posted": posted}),
    case("/scripts/controls", "Buttons and links that nobody may press",
         page('<form action="/pressed/form" method="post"><button>Delete all</button></form>'
              "<button onclick=\"fetch('/pressed/button')\">Delete one</button>"
              "<a href=\"#\" onclick=\"fetch('/pressed/link')\">Delete two</a>"
              # Driving opens it: a GET goes out, as when the page loads (record 0015); a POST or a beacon never.
              "<details ontoggle=\"fetch('/asked/details'); fetch('/pressed/details', {method: 'POST'});"
              " navigator.sendBeacon('/pressed/beacon')\"><summary>More</summary>Text</details>"), AUDITED,
         never=("/pressed/form", "/pressed/button", "/pressed/link", "/pressed/details", "/pressed/beacon")),
]  # fmt: skip

NOISE: list[Case] = [
    case("/scripts/alerts", "Five dialogs of three kinds",
         script("alert(1); confirm(2); prompt(3); alert(4); confirm(5)"), AUDITED),
    case("/scripts/alerts-for-ever", "Dialogs without end", script("while (true) { alert(1); prompt(confirm(2)) }"),
         FAILED, slow=True),
    case("/scripts/alerts-later", "Dialogs without end, once it has loaded", later("while (true) alert(1)"),
         AUDITED, FAILED, slow=True),
    case("/scripts/prints", "Prints itself", script("print(); setInterval(print, 300)"), AUDITED),
    case("/scripts/stay", "Asks to stay when one leaves", script(
         "addEventListener('beforeunload', (e) => { e.preventDefault(); return e.returnValue = 'Stay' });"
         "addEventListener('unload', () => { alert('Stay'); for (const t = Date.now(); Date.now() < t + 3000;); })"),
         AUDITED),
    case("/scripts/popups", "Fifty pop-ups", script("for (let i = 0; i < 50; i++) window.open('/quick?popup=' + i)"),
         AUDITED, slow=True),
    case("/scripts/popups-for-ever", "Pop-ups without end",
         script("setInterval(() => window.open('/quick?popup', '', 'noopener'), 200)"), AUDITED),
    case("/scripts/downloads", "Starts downloads", script(
         "for (let i = 0; i < 20; i++) { const a = document.createElement('a'); a.download = '../x' + i + '.exe';"
         "a.href = URL.createObjectURL(new Blob(['x'.repeat(1e6)])); a.click() }"), AUDITED),
    case("/scripts/download-frame", "A frame that is a download",
         page('<iframe src="/attached" title="Form"></iframe>'), AUDITED,
         more={"/attached": exactly("x", headers={"Content-Disposition": "attachment"})}),
    case("/scripts/permissions", "Asks for place, camera, messages and the clipboard", script(
         "navigator.geolocation.getCurrentPosition(() => 0); Notification.requestPermission();"
         "navigator.mediaDevices?.getUserMedia({video: true}).catch(() => 0);"
         "navigator.clipboard?.readText().catch(() => 0); document.body.requestPointerLock?.()"), AUDITED),
    case("/scripts/console", "A hundred thousand lines to the console",
         script("for (let i = 0; i < 1e5; i++) console.log('line', i, {i})"), AUDITED, slow=True),
    case("/scripts/errors", "Errors without end",
         script("setInterval(() => { throw new Error('x'.repeat(1e4)) }, 5); Promise.reject(1)"), AUDITED),
    case("/scripts/debugger", "Stops in the debugger", script("setInterval(() => { debugger }, 50); debugger"), AUDITED),
    case("/scripts/title", "Changes its title all the time", script("setInterval(() => { document.title = Math.random()}, 10)"),
         AUDITED),
    case("/scripts/leftover-1", "Leaves marks in every store, and shows if there were some", script(LEFTOVER), AUDITED),
    case("/scripts/leftover-2", "The same again", script(LEFTOVER), AUDITED),
    case("/scripts/storage-full", "Fills the local storage", script(
         "try { for (let i = 0; ; i++) localStorage['k' + i] = 'x'.repeat(5e5) } catch {}"), AUDITED),
    case("/scripts/sw/hijack", "A service worker that answers for the whole folder", page(
         '<a href="/scripts/sw/after">After</a><script>navigator.serviceWorker?.register("/scripts/sw/worker.js")'
         ".catch(() => 0)</script>"), AUDITED, more={"/scripts/sw/worker.js": exactly(WORKER, headers=JAVASCRIPT)}),
    case("/scripts/sw/after", "A page of that folder, found on the one with the worker", page(), AUDITED, linked=False),
]  # fmt: skip

WORK: list[Case] = [
    case("/scripts/while-true", "Never ends, while it loads", script("while (true);"), FAILED, slow=True),
    case("/scripts/while-true-later", "Never ends, once it has loaded", later("while (true);"), AUDITED, FAILED, slow=True),
    case("/scripts/microtasks", "Promises without end", script("const f = () => Promise.resolve().then(f); f()"), FAILED,
         slow=True),
    case("/scripts/recursion", "Calls itself until it may not", script("const f = () => f(); setInterval(f, 50)"), AUDITED),
    case("/scripts/regex", "A regular expression that takes for ever",
         later("/^(a+)+$/.test('a'.repeat(40) + 'b')"), AUDITED, FAILED, slow=True),
    case("/scripts/eight-seconds", "Works for eight seconds, then is done",
         script("for (const t = Date.now(); Date.now() < t + 8000;);"), AUDITED, slow=True),
    case("/scripts/intervals", "Hundreds of timers", script(
         "for (let i = 0; i < 500; i++) setInterval(() => { document.body.dataset.n = Math.random() }, 1)"), AUDITED, FAILED),
    case("/scripts/frames-a-second", "Changes its layout at each frame", script(
         "const f = () => { document.body.style.width = Math.random() * 50 + 50 + '%'; requestAnimationFrame(f) }; f()"),
         AUDITED),
    case("/scripts/mutations", "An observer that answers each change with another", script(
         "new MutationObserver(() => document.body.toggleAttribute('data-x')).observe(document.body, {attributes: true});"
         "document.body.dataset.y = 1"), AUDITED, FAILED, slow=True),
    case("/scripts/worker", "A worker that spins", script(
         "for (let i = 0; i < 2; i++) new Worker(URL.createObjectURL(new Blob(['while (true);'])))"), AUDITED),
    case("/scripts/grows", "Grows for ever", script(f"{ADD} setInterval(() => add(40), 20)"), AUDITED, FAILED, slow=True),
    case("/scripts/scrolls", "An infinite scroll", page(
         f"<div id=end>The end</div><script>{ADD} new IntersectionObserver(() => {{ add(20); document.body.append(end) }})"
         ".observe(end)</script>"), AUDITED),
    case("/scripts/memory", "600 MB of memory", script(
         "window.keep = []; for (let i = 0; i < 12; i++) keep.push(new Uint8Array(5e7).fill(1))"), AUDITED, FAILED),
    case("/scripts/crash", "Elements so deep in each other that the renderer gives up", script(
         "let at = document.body; for (let i = 0; i < 20000; i++) at = at.appendChild(document.createElement('p'))"),
         FAILED, AUDITED),
    case("/scripts/5000-deep", "5,000 elements in each other", script(
         "let at = document.body; for (let i = 0; i < 5000; i++) at = at.appendChild(document.createElement('div'));"
         f"at.innerHTML = '{FAULT}'"), AUDITED, FAILED, finds=None),
    case("/scripts/70000-elements", "70,000 elements", script(f"{ADD} add(70000)"), FAILED, reason="elements|limit", slow=True),
    case("/scripts/20000-links", "20,000 links to documents", page(
         "".join(f'<a href="/files/minutes-{n}.pdf">Minutes {n}</a> ' for n in range(20_000))), AUDITED, FAILED, finds=None,
         slow=True),
]  # fmt: skip

CASES = [*LOADS, *LEADS, *NOISE, *WORK]

SHARED: dict[str, Serve] = {
    "/hangs": silence,
    "/quick": exactly("ok", headers={"Content-Type": "text/plain"}),
    "/events": events,
    "/socket": socket,
    "/slow": late(2),
    "/inside": exactly(status=302, headers={"Location": "$INTERNAL/by-subresource"}),
}
