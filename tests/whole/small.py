"""A small election as a Pabulib file: six voters on the internet, two on paper, four projects."""

from __future__ import annotations

PABULIB = """META
key;value
description;A small election
country;France
unit;Exempleville
instance;2022
num_projects;4
num_votes;8
budget;1000
vote_type;ordinal
rule;greedy
date_begin;01.06.2022
date_end;14.06.2022
min_length;3
max_length;3
currency;EUR
PROJECTS
project_id;cost;votes;score;name;selected
1;500;8;20;Trees;1
2;400;7;15;Benches;1
3;300;6;9;Bicycles;0
4;100;3;4;Books;1
VOTES
voter_id;vote;voting_method
a;1,2,3;internet
b;1,2,3;internet
c;1,3,2;internet
d;2,1,4;internet
e;3,1,2;internet
f;1,4,3;internet
g;2,1,3;paper
h;2,1,4;paper
"""
