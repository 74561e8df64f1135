"""A document of ours on paper: printed by the browser to a tagged PDF."""

from __future__ import annotations

from playwright.async_api import Error, async_playwright

from auditor.browser.find import launch
from auditor.errors import BrowserError

SECONDS = 120.0
# The browser marks it as an artifact, which no screen reader reads out on each page.
_FOOTER = (
    '<p style="width: 100%; margin: 0 15mm; text-align: right; font: 8pt sans-serif; color: #444">'
    'Page <span class="pageNumber"></span> of <span class="totalPages"></span></p>'
)


async def paper(html: str, *, sandbox: bool) -> bytes:
    """`html` as a PDF in A4: tagged, with an outline of its headings, numbered pages, its title and language.

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
                format="A4",
                margin={"top": "15mm", "bottom": "18mm", "left": "15mm", "right": "15mm"},
                print_background=True,
                display_header_footer=True,
                header_template="<p></p>",
                footer_template=_FOOTER,
                tagged=True,
                outline=True,
            )
        except Error as error:
            raise BrowserError(
                f"The report cannot be printed: {str(error)[:300]}. Leave out --format pdf."
            ) from error
        finally:
            await browser.close()
