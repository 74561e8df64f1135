"""A document of ours on paper: printed by the browser to a tagged PDF."""

from __future__ import annotations

from playwright.async_api import Error, async_playwright

from auditor.browser.find import launch
from auditor.errors import BrowserError

SECONDS = 120.0


async def paper(html: str, *, sandbox: bool) -> bytes:
    """`html` as a PDF: tagged, with an outline of its headings, its title and language; its size and margins
    are its own (CSS `@page`).

    Nothing in it runs and nothing is fetched. Raises `BrowserError`.
    """
    async with async_playwright() as playwright:
        browser, _ = await launch(playwright, sandbox=sandbox)
        try:
            context = await browser.new_context(offline=True, java_script_enabled=False)
            page = await context.new_page()
            page.set_default_timeout(SECONDS * 1000)
            await page.set_content(html)
            return await page.pdf(
                prefer_css_page_size=True,
                print_background=True,
                tagged=True,
                outline=True,
            )
        except Error as error:
            raise BrowserError(
                f"The report cannot be printed: {str(error)[:300]}. Leave out --format pdf."
            ) from error
        finally:
            await browser.close()
