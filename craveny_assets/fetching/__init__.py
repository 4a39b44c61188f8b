"""How live sources reach the world: addresses that may be reached, politeness, limits. No parsing of what comes."""

CONCURRENT = 16
"""Sources asked at once: enough to ask 200 slow feeds within a minute, few enough for a host with 2 cores and 2 GiB,
where 16 bodies of 8 MB each are the most that can be held."""
