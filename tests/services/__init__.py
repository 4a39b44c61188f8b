"""Tests of the processes behind `craveny up`."""
