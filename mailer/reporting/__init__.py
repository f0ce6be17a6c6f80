"""What became of a campaign: figures from the ledger, and how they are shown. Changes nothing."""
