"""What people do: permission, load, rule, save, log."""
