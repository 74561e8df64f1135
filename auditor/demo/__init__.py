"""A fictional council's website with planted faults, to show the auditor at work and to test it."""

from auditor.demo.faults import Fault, load_faults
from auditor.demo.server import DemoSite, Request

__all__ = ["DemoSite", "Fault", "Request", "load_faults"]
