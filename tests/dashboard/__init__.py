"""The dashboard in a real browser, served by the real API over the filled sample."""
