"""Client of Alipay's open platform: requests signed over their members, answers verified over raw bytes."""
