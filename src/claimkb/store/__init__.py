"""The only folder that speaks SQL and knows a dialect."""
