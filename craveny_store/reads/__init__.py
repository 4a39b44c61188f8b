"""What pages and programs ask of the tables, by subject: rows as they are shown, in pages, from indexes only."""
