"""What a pack is made of, and how one is judged again: `golive pack`, `golive verify`."""
