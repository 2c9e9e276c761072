"""What every room shares: errors, money, payment models, clocks, the words of judgement, exchanges."""
