"""What mail systems say when they refuse a mail: data alone, by language and subject.

Phrases are separated by `|` and compared as plain words, without case, accents or punctuation; the last
word may go on ("too many hop" finds "too many hops"). `…` stands for a few words between, or none, and a
`*` after a single word means that it may stand within a longer one.
"""
