"""The GraphQL API. It decides nothing: rules are in domain/, verbs in actions/, questions in store/."""
