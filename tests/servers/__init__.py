"""Real servers for tests: PostgreSQL, databases at the head of the migrations, the product, a browser."""
