"""Use cases: load, ask the policy, decide, save and audit, in one transaction each."""
