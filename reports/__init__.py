"""From a run record to a decision a person can read: checklist, history, page and exports."""
