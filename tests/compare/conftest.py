from tests.formats.conftest import changed, report

__all__ = ["changed", "report"]
