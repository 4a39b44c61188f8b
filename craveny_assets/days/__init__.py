"""What each asset does for one day, free of Dagster: read through the store, call the domain, write through the store.

Every body takes a `Day` (an open transaction and what a day needs) and returns `Written`.
"""
