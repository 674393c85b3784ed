"""Words pages and commands share: the sentence of every refusal, names of fields, figures as people read them."""
