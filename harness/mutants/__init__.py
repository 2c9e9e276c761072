"""The kill matrix: every deliberate defect of shop and platform against the control that must catch it.

A control that cannot fail proves nothing. Each defect gets a run of its own, in a process of its own, and
the correct shop gets one too, in which nothing may fail.

    plan     which runs there are
    pool     runs them side by side, each in a child that was forked warm
    judging  what a run's record says of its defect
    measure  all of it, into one `KillMatrix`
"""
