"""The shared kit, without tables: clock, ids, access, views, listing, PDF. Knows nothing of the
trade.
"""
