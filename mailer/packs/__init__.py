"""Campaign packs for partners: what of one may be passed on when, as a ZIP and as a published page."""
