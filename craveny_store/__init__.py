"""The tables, declared once, and every read and write of them; the vector collections; leases.

All SQL of Craveny lives here. Nothing here knows Dagster or HTTP; rules belong to the domain.
"""
