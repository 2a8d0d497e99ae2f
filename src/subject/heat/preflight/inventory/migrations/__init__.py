"""What migrations do to the schema, read from their source."""
