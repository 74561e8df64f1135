"""How to visit: find and launch the browser, load a page, judge it. The only place that knows Playwright."""
