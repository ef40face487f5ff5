"""mypage: what the resident sees (`/mypages`, 8085). A gallery: no commands, no events, no model.

One row a defect, put together from what registration, management and the contractor say on both topics,
in whatever order the two arrive (`merging`), told in plain words in both languages (`sentences`).
"""
