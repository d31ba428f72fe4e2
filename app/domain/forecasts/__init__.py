"""Forecasts: what all of it will cost, when it will be done, and how the dates that were said have moved.

Made from an item's evidence when somebody asks, never on the hot path, and pure: the same facts give the
same forecast to the byte. Each says what it rests on, gives a range, and says nothing before two periods.
"""
