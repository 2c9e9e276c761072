"""Tells a group of people what a night found: 企业微信, 飞书, 钉钉, or any webhook that takes JSON."""
