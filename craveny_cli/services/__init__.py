"""The processes `craveny up` starts and stops: embedded Postgres, embedded Milvus, and any supervised child.

Each owns its folder, port and log inside one data folder (`Home`). The commands themselves do not belong here.
"""
