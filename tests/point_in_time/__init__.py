"""Nothing a forecast used was known later than its cut-off: tests that plant the future and look for its traces."""
