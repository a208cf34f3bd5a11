"""What specialists return and companies change in the demonstration, by criterion."""

from __future__ import annotations

#: What the specialist returns in Halfmoon's first round.
RETURNED = {
    "3.5": "The visit report you attached covers a partner that is certified. Please attach a "
    "report or a completed questionnaire for a partner that is not certified, from the last 12 "
    "months.",
    "5.52": "The log shows the position but not who checked the trailer. Please describe how the "
    "check of the trailer is recorded and attach a filled page.",
    "6.1": "Your answer does not say who holds the keys of the seal cabinet, nor what happens "
    "with a broken seal at night.",
}
ANSWERED = {
    "3.5": "We rank outsourced partners by country risk, cargo handled and certification. The "
    "questionnaire of a partner that is not certified, completed in the last quarter, is attached "
    "together with the list of corrections it led to.",
    "5.52": "Every unit reports its position every five minutes. The driver signs each check of "
    "the trailer on the log with time and place; dispatch compares it with the door sensor. A "
    "filled page is attached.",
    "6.1": "Procedure SE-01 covers issue, storage, use and checking of seals. The keys of the "
    "cabinet are held by the shift supervisor and one deputy. A broken seal at night stops the "
    "trip: the driver calls dispatch, waits in a secured place, and the load is inspected by two "
    "people before a new seal goes on.",
}
#: What Thistlewick changed in an approved profile.
UPDATED = {
    "1.2": "A security group of nine meets each month: the head of compliance (chair), both "
    "warehouses, transport, purchasing, human resources, IT and finance. Its measures are written "
    "into the work instructions of each department, and minutes go to the president.",
    "4.3": "An outside firm tests our network from outside and inside every April and October; "
    "internal scans run each night. Critical findings are mended within three days, others within "
    "thirty, and tested again.",
    "6.1": "Procedure SE-01 covers who may take seals, the log, fitting, checks on the way, and "
    "what happens with a seal that is wrong, broken or altered. It lies at each dock and in the "
    "dispatch office and is reviewed each March. Since this year the log is kept in the warehouse "
    "system.",
}
#: What Quillfeather updates in its annual review.
REVIEWED = {
    "1.2": "The head of logistics leads a security group of five: warehouse, purchasing, human "
    "resources, IT and finance. It meets every six weeks. Since this year the carrier's terminal "
    "manager takes part twice a year.",
}
