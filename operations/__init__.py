"""Operations on trade accounts: link, delink, merge, split, and their approvals (T8, T9)."""
