"""SQLAlchemy tables, one noun per file. Every key a portfolio owns leads with `portfolio_id`.

May import db. Only `store` (and the migrations) may import this package.
"""
