"""Every bound that is not a setting of `sites.toml`, in one place; and how one that bit is told.

A page, a server or a file may be as large as it likes: what goes beyond these is cut off or given up, and
the ledger or the run's notes say so. Sources: the protocols named beside each, and what was measured
(docs/decisions/0008-limits-in-one-place.md).
"""

from __future__ import annotations

MB = 1024 * 1024

# Addresses
MAX_URL_LENGTH = 2000  # characters; longer ones are no page's address
MAX_PATH_SEGMENTS = 12  # deeper addresses that nobody listed look endless
MAX_REDIRECTS = 10  # of one request
BARREN_VISITS = 12  # to addresses of one form that brought nothing new, before the rest are left
LINK_LENGTH = 20_000  # characters of a link, before tracking and sessions are dropped from it
LINKS_PER_FRAME = 5000  # read; the true count is kept
OPENED_FOR_EACH_PAGE = 3  # addresses visited for each page of `max_pages`: a site of errors must end too
OPENED_AT_LEAST = 100  # of these

# What is held in memory of a site's addresses, to tell those without end (docs/decisions/0009-traps.md)
CHAIN_MEMBERS = 250  # of one form, found one from another, that lead nowhere else
FAMILY_WORDS = 20_000  # of the addresses of one form; what has said so much is no trap
SITE_WORDS = 2_000_000  # of all forms, at 4 bytes; beyond, the forms visited longest ago forget theirs
PARAMETERS_LEARNT = 50_000  # names of query parameters, and addresses with one of them left out
PARAMETER_PATHS = 100  # on which one parameter was seen to change what is shown
PATHS_LEARNT = 20_000  # addresses whose segments may turn up in another order
FACETS = 500  # segments that come in any order after one path, and paths with such
IDLE_PARAMETERS = 20  # of one host that are known to change nothing; each is looked for in every link

# Files that are no pages
ROBOTS_BYTES = 500 * 1024  # RFC 9309, section 2.5
SITEMAP_BYTES = 50 * MB  # unpacked; https://www.sitemaps.org/protocol.html, as are the next
SITEMAP_URLS = 50_000  # in one file
SITEMAP_FILES = 1_000  # of one site
SITEMAP_DEPTH = 5  # indexes within indexes
SITE_SITEMAP_URLS = 200_000  # of all of a site's sitemaps
# What no sitemap needs, and a file made to harm does
SITEMAP_NESTING = 50  # of elements; four do
SITEMAP_TAG = 256 * 1024  # bytes, or a comment; expat holds it whole, and reads it anew with each piece
SITEMAP_ELEMENTS = 1_000_000  # the protocol's largest file has 250,001
SITEMAP_NAMES = 64 * 1024  # characters of all the names of elements and attributes: expat keeps them

# Pages
DOCUMENT_BYTES = 25 * MB  # of the page itself, unpacked
PAGE_BYTES = 100 * MB  # of everything a page loads, unpacked
DOM_ELEMENTS = 60_000  # with the open shadow roots; axe needs 100 s and 1.7 GB for so many
RULE_FILE_BYTES = 200_000  # of one file of a rule
PLACES_PER_RULE = 100  # elements that a rule lists on one page; the true count is kept beside
PICTURES_PER_PAGE = 12  # of issues that have none yet in the run
PICTURE_BYTES = 80_000  # of one; most have under 10,000
PICTURE_TRIES = 3  # pages on which an issue's element may refuse to be pictured, before it goes without
PAGE_DOCUMENTS = 20  # that one visit asks for as the page itself, one after another
DIALOGS = 10  # of one visit
EXPLORE_STATES = 25  # of one page that are opened and judged
EXPLORE_SECONDS = 60.0  # for all of them
EXPLORE_LOADS = 15  # of one page: after what does not close again it is loaded anew
VARIANT_SECONDS = 90.0  # of one page, after which no other variant of it is begun
UNOPENED_LISTED = 20  # controls of one page that were not opened, by name
BROWSER_BYTES = 2048 * MB  # proportional memory of the browser's whole process tree

# Unchanged pages of a repeated audit (docs/decisions/0047-unchanged-pages.md)
REUSE_DAYS = 30  # after so many a page is audited again, though nothing of it has changed
PAGE_RESOURCES = 500  # requests of one page; what makes more is audited in each audit
RESOURCE_BYTES = 10 * MB  # of one body that is held against an earlier one

# Documents: PDFs and office files
FILE_BYTES = 50 * MB  # of one that is fetched
FILE_SECONDS = 300.0  # for that
FILES_BYTES = 5_000 * MB  # of all that one process fetches for a run
FILES_SECONDS = 4 * 3600.0  # for fetching and judging all of them
PEEKS = 40  # documents beyond the sample of which the first bytes are asked for
PEEK_BYTES = 1024

# Politeness
MAX_CRAWL_DELAY = 30.0  # seconds; a longer one would never end, so it is capped and said
LATER_TRIES = 3  # of a URL whose host said "later"
MAX_RETRY_AFTER = 120.0  # seconds; a host that asks for more is left, and that is said
FAILURES_IN_A_ROW = 8  # after so many a host has a pause, and after the pause one more try
FAILING_PAUSE = 30.0  # seconds
BLOCKED_IN_A_ROW = 5  # after so many refusals a host is left

# Reading a site without a browser, to choose a sample
DISCOVERY_BYTES = 1 * MB  # of a page; BeautifulSoup needs 0.6 s and 100 MB for as much
DISCOVERY_KNOWN = 20_000  # pages known; more are dropped, and that is said
DISCOVERY_SHARE = 0.5  # of `max_minutes`
DISCOVERY_DRAWS = 20  # addresses tried for each page of the random part: most may be broken
DISCOVERY_DOCUMENTS = 50  # that a page leads to, kept

# A sample that grows until little is left to find (docs/decisions/0048-representative-samples.md)
UNSEEN_SHARE = 0.05  # of all issues; where no more are expected to be unseen, it ends
UNSEEN_ISSUES = 2  # or no more than these: on a site of ten issues, the share would be half of one
DRAWN_AT_LEAST = 10  # pages by chance, before the estimate is heeded
LOOKED_EVERY = 5  # pages audited, from one look at the estimate to the next

# Files of the user
CONFIG_BYTES = 5 * MB  # of sites.toml; every council of the United Kingdom needs 0.1
PEOPLE_BYTES = 5 * MB  # of one file of what people found; a checklist of 55 criteria on 100 pages has 3
PEOPLE_TEXT = 2_000  # characters of one of its cells
URL_LIST_BYTES = 50 * MB  # of --urls; as much as a sitemap may hold
GIT_SECONDS = 120.0  # for one answer of git about the user's repository
REPORTED_BYTES = 5 * MB  # of a list to retest

# Documents, opened in a process of its own (docs/decisions/0022-documents.md)
READER_BYTES = 1024 * MB  # addresses of that process; what is to harm dies there
READER_SECONDS = 60  # of computing, for one document
READER_WAIT = 120.0  # seconds by the clock, which other work on the machine makes longer
READER_FILES = 100  # that one process opens before a fresh one takes over
READER_ANSWER = 8 * MB  # of JSON, of one document
PDF_PAGES = 10_000  # of one that is opened at all
PDF_PAGES_READ = 200  # whose text is read; the first
PDF_PAGES_SEEN = 50  # of those, whose colours are looked at
PDF_PAGE_OBJECTS = 5_000  # of one page: runs of text, pictures, lines
PDF_CONTENT_BYTES = 50 * MB  # of one page's drawing, unpacked
PDF_TAGS = 100_000  # of the structure tree
PDF_PARTS = 2_000  # links, fields, bookmarks and so on that are kept, each

# Office files, unpacked (docs/decisions/0022)
PACKAGE_BYTES = 300 * MB  # of all parts
PACKAGE_PART_BYTES = 25 * MB  # of one that is held whole; its tree takes ten times as much
PACKAGE_ENTRIES = 10_000  # a presentation of 1,000 slides has 4,000
PACKAGE_RATIO = 300  # to one, of a part over 10 MB: dense spreadsheets come to 50, deflate can do 1,032
SHEET_CELLS = 500_000  # read of one spreadsheet
OFFICE_PARTS = 2_000  # pictures, links and so on that are kept of one file, each

# Runs
NOTES = 500  # sentences of a run, such as of pages with too many links; each is told once
RECENT_SECONDS = 600.0  # that a rate of pages is counted over
RECENT_VISITS = 50_000  # looked through for it; no store sees as many in that time
STALLED_AFTER = 240.0  # seconds without progress: two pages' whole time, 120 each where they are driven


ENDLESS = "Stopped: looks endless"  # so the reason begins of what was left as a trap


NOT_SAMPLED = "Not in the sample"  # and so of what is known and was not chosen


def limit_reason(name: str, value: float | None, text: str) -> str:
    """The ledger's reason for what the limit `name` cut off."""
    return f"{text} (limit {name} = {value:g})." if value is not None else f"{text}."


def limit_name(reason: str) -> str:
    """The limit's name in such a reason; "" where there is none."""
    return reason.partition("(limit ")[2].partition(" ")[0]
