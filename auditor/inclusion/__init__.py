"""What keeps people out though no criterion of WCAG speaks of it: figures and thresholds. docs/inclusion.md.

Pure: facts of pages in, figures out. What measures.js told of a page becomes small in `digested` before it is
stored; `inclusion` reads the facts of all pages once.
"""

from auditor.inclusion.figures import inclusion, page_rows
from auditor.inclusion.plain import PLAIN_BYTES, plain, sample
from auditor.inclusion.reading import digested

__all__ = ["PLAIN_BYTES", "digested", "inclusion", "page_rows", "plain", "sample"]
