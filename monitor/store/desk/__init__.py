"""What the desk reads from the store and writes into it. `words` is imported by the store itself; keep this light."""
