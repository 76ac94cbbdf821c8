-- Good defaults for everything a coordinator may change: rules, texts and topics.

INSERT INTO program (
    id, name, languages,
    max_open_requests, follow_up_after_days, request_expiry_days, cool_off_days,
    mentor_capacity, mentee_capacity,
    welcome, guide, expectations, follow_up_subject, follow_up_text
) VALUES (
    'program', 'Mentor Match', 'en de fr es it pt nl pl tr uk ar zh',
    5, 7, 14, 30,
    3, 2,
    '# Welcome

Members of our association help each other: those who know the way walk a part of it with those who
are about to. Look around, ask somebody by a click, and agree between the two of you how you would
like to work together. Nobody is matched over their head: both sides say yes.',
    '# How it works

**Matching.** Enroll as a mentor or as a mentee, or as both. Say which topics you offer or look for and
how you like to meet. Then look who fits, and ask. The person asked gets an e-mail and answers within
a week; after two weeks without an answer a request expires.

**The mentee** prepares the meetings and drives them: it is your time.
**The mentor** listens, asks, tells from experience and opens doors where that helps.

**How long?** As long as it is good for both. Some relationships are one conversation, others last for years.

**Going on leave.** Pause your participation: nobody finds you, and what runs goes on. Tell your
partners; one tick does it. Coming back is one step, or happens by itself on the day you name.

**Ending well.** Either of you may complete a relationship at any time. A few words of thanks are
worth more than one thinks.',
    '- I answer requests within a week.
- We agree early on how we communicate and what we expect of each other.
- I give notice, at least a day ahead, when I have to move or cancel a meeting.
- What we talk about stays between us.
- When we are done we say so, and part with thanks.',
    'May I come back to my request?',
    'Dear {recipient},

some days ago I asked you through {program} whether you would like to work with me, and I do not
know whether my request has reached you. I would be happy about a short answer, whatever it is.

With kind regards
{sender}'
);

INSERT INTO topic (id, created_at, place, category, name, name_key, description, is_archived) VALUES
    ('top_01kdvdna004tff59tdwh9edd1r', 1767225600000, 10, 'Career direction', 'Choosing a path', 'choosing a path', NULL, FALSE),
    ('top_01kdvdna001head8x4a1jh69re', 1767225600000, 20, 'Career direction', 'Changing field', 'changing field', NULL, FALSE),
    ('top_01kdvdna00h4qx4fr84g98pbsk', 1767225600000, 30, 'Career direction', 'Returning after a break', 'returning after a break', NULL, FALSE),
    ('top_01kdvdna00jmrnv7e9z0c1ht0h', 1767225600000, 40, 'Career direction', 'Moving to management', 'moving to management', NULL, FALSE),
    ('top_01kdvdna00g7kyhrjxjg7dj13n', 1767225600000, 50, 'Career direction', 'Staying an expert', 'staying an expert', NULL, FALSE),
    ('top_01kdvdna002r00k6agv0vfcxec', 1767225600000, 60, 'Career direction', 'International move', 'international move', NULL, FALSE),
    ('top_01kdvdna0027h6p3amkdqg6stt', 1767225600000, 70, 'Career direction', 'Preparing retirement or succession', 'preparing retirement or succession', NULL, FALSE),
    ('top_01kdvdna00hm8hee7qv4ysr5s4', 1767225600000, 80, 'Getting the job', 'CV and online profile', 'cv and online profile', NULL, FALSE),
    ('top_01kdvdna00tep0y8expspatjh6', 1767225600000, 90, 'Getting the job', 'Portfolio', 'portfolio', NULL, FALSE),
    ('top_01kdvdna00ya61zcbw4e8c34pf', 1767225600000, 100, 'Getting the job', 'Interview practice', 'interview practice', NULL, FALSE),
    ('top_01kdvdna00m2ft2w5k70wjcc2s', 1767225600000, 110, 'Getting the job', 'Negotiating pay and terms', 'negotiating pay and terms', NULL, FALSE),
    ('top_01kdvdna001zbf578dn6akyj7h', 1767225600000, 120, 'Getting the job', 'First 90 days', 'first 90 days', NULL, FALSE),
    ('top_01kdvdna00cp69bsgayp9vt16f', 1767225600000, 130, 'Getting the job', 'Promotion case', 'promotion case', NULL, FALSE),
    ('top_01kdvdna0072cfktytsg6b3rmw', 1767225600000, 140, 'Leadership', 'First team', 'first team', NULL, FALSE),
    ('top_01kdvdna00vf28x0cq7r5ysnxg', 1767225600000, 150, 'Leadership', 'Delegating', 'delegating', NULL, FALSE),
    ('top_01kdvdna00dd64m8ynjrh1ffnd', 1767225600000, 160, 'Leadership', 'Difficult conversations', 'difficult conversations', NULL, FALSE),
    ('top_01kdvdna003rkrmtk3xgjevsn4', 1767225600000, 170, 'Leadership', 'Coaching others', 'coaching others', NULL, FALSE),
    ('top_01kdvdna00hxpmxy5a7292esjr', 1767225600000, 180, 'Leadership', 'Leading change', 'leading change', NULL, FALSE),
    ('top_01kdvdna005s2ax5xtjk8eva1f', 1767225600000, 190, 'Leadership', 'Executive presence', 'executive presence', NULL, FALSE),
    ('top_01kdvdna00j8x99rxzj4d63pz2', 1767225600000, 200, 'Leadership', 'Influencing without authority', 'influencing without authority', NULL, FALSE),
    ('top_01kdvdna00bxak062grphrzna7', 1767225600000, 210, 'Leadership', 'Board and committee service', 'board and committee service', NULL, FALSE),
    ('top_01kdvdna00ps68re7v54cf2dej', 1767225600000, 220, 'Personal effectiveness', 'Time and priorities', 'time and priorities', NULL, FALSE),
    ('top_01kdvdna001x190ykgrc815w1q', 1767225600000, 230, 'Personal effectiveness', 'Confidence and impostor feelings', 'confidence and impostor feelings', NULL, FALSE),
    ('top_01kdvdna00fwak9ednvyf7etdh', 1767225600000, 240, 'Personal effectiveness', 'Feedback', 'feedback', NULL, FALSE),
    ('top_01kdvdna00dnv8g7phcaq2xcam', 1767225600000, 250, 'Personal effectiveness', 'Public speaking', 'public speaking', NULL, FALSE),
    ('top_01kdvdna00ewrn0tzjxz3fgxrr', 1767225600000, 260, 'Personal effectiveness', 'Writing', 'writing', NULL, FALSE),
    ('top_01kdvdna00eg1yrsn7gyayereh', 1767225600000, 270, 'Personal effectiveness', 'Decision-making', 'decision-making', NULL, FALSE),
    ('top_01kdvdna007yc4sfc7nne91aar', 1767225600000, 280, 'Personal effectiveness', 'Resilience and burnout', 'resilience and burnout', NULL, FALSE),
    ('top_01kdvdna00pbrjw19hkb5nrx17', 1767225600000, 290, 'Personal effectiveness', 'Work and family', 'work and family', NULL, FALSE),
    ('top_01kdvdna002kt3wz8vzf3t5th0', 1767225600000, 300, 'Network and visibility', 'Building a network', 'building a network', NULL, FALSE),
    ('top_01kdvdna00gssmsq90ap9gtvnf', 1767225600000, 310, 'Network and visibility', 'Finding sponsors', 'finding sponsors', NULL, FALSE),
    ('top_01kdvdna00azqe0282rxzbzwg6', 1767225600000, 320, 'Network and visibility', 'Social media', 'social media', NULL, FALSE),
    ('top_01kdvdna0096v75spc7axbsv90', 1767225600000, 330, 'Network and visibility', 'Speaking at events', 'speaking at events', NULL, FALSE),
    ('top_01kdvdna002ayznv5x72dy9f7w', 1767225600000, 340, 'Network and visibility', 'Getting active in the association', 'getting active in the association', NULL, FALSE),
    ('top_01kdvdna00dc5863g7qgf3k3rg', 1767225600000, 350, 'Business', 'Starting a company', 'starting a company', NULL, FALSE),
    ('top_01kdvdna00ay8c3mzwzwn3nx6m', 1767225600000, 360, 'Business', 'Freelancing', 'freelancing', NULL, FALSE),
    ('top_01kdvdna00fmpextpbw8kegxan', 1767225600000, 370, 'Business', 'Finance for non-financial people', 'finance for non-financial people', NULL, FALSE),
    ('top_01kdvdna00ys30m2bwjxnz8v39', 1767225600000, 380, 'Business', 'Sales', 'sales', NULL, FALSE),
    ('top_01kdvdna00rex17qqfgtnh0ceg', 1767225600000, 390, 'Business', 'Marketing', 'marketing', NULL, FALSE),
    ('top_01kdvdna00s8195cekya7dw3bt', 1767225600000, 400, 'Business', 'Fundraising', 'fundraising', NULL, FALSE),
    ('top_01kdvdna00a18x2zwtsbg1ym2q', 1767225600000, 410, 'Business', 'Governance', 'governance', NULL, FALSE),
    ('top_01kdvdna00b6jv3zq0hxbh4gj2', 1767225600000, 420, 'Business', 'Strategy', 'strategy', NULL, FALSE),
    ('top_01kdvdna00jht7y9gm9ec2h7yd', 1767225600000, 430, 'Craft and technology', 'Data and analytics', 'data and analytics', NULL, FALSE),
    ('top_01kdvdna0026d79jezdb60276x', 1767225600000, 440, 'Craft and technology', 'Software', 'software', NULL, FALSE),
    ('top_01kdvdna00y7b1fxf86zbgg87y', 1767225600000, 450, 'Craft and technology', 'AI at work', 'ai at work', NULL, FALSE),
    ('top_01kdvdna00p9rqjqm2552hnfc1', 1767225600000, 460, 'Craft and technology', 'Cybersecurity', 'cybersecurity', NULL, FALSE),
    ('top_01kdvdna001y4118yppan0br8t', 1767225600000, 470, 'Craft and technology', 'Design', 'design', NULL, FALSE),
    ('top_01kdvdna009x1b757v6txjtggf', 1767225600000, 480, 'Craft and technology', 'Product', 'product', NULL, FALSE),
    ('top_01kdvdna00zrxs7x28pejtmf41', 1767225600000, 490, 'Craft and technology', 'Project management', 'project management', NULL, FALSE),
    ('top_01kdvdna00e8ax4td9mpq6b3sk', 1767225600000, 500, 'Craft and technology', 'Quality', 'quality', NULL, FALSE),
    ('top_01kdvdna00cb1vex7ba94dpg5f', 1767225600000, 510, 'Craft and technology', 'Operations and supply chain', 'operations and supply chain', NULL, FALSE),
    ('top_01kdvdna00b3atpb6k3vhha4m8', 1767225600000, 520, 'Inclusion', 'Women in leadership', 'women in leadership', NULL, FALSE),
    ('top_01kdvdna00errz1kjr6m2wdbr7', 1767225600000, 530, 'Inclusion', 'Minority experience', 'minority experience', NULL, FALSE),
    ('top_01kdvdna00khjjp19qwsdfzch9', 1767225600000, 540, 'Inclusion', 'First in the family', 'first in the family', NULL, FALSE),
    ('top_01kdvdna001wbqwrna18ezkzbr', 1767225600000, 550, 'Inclusion', 'Disability', 'disability', NULL, FALSE),
    ('top_01kdvdna0096aw9aqar4vxrxqv', 1767225600000, 560, 'Inclusion', 'LGBTQ+', 'lgbtq+', NULL, FALSE),
    ('top_01kdvdna007xhvt1b1wrghrw6f', 1767225600000, 570, 'Inclusion', 'Veterans', 'veterans', NULL, FALSE),
    ('top_01kdvdna00xat685a7khjxs7tg', 1767225600000, 580, 'Inclusion', 'Parents and carers', 'parents and carers', NULL, FALSE),
    ('top_01kdvdna002jg7y6rg7kfhb0ng', 1767225600000, 590, 'Inclusion', 'Cross-cultural work', 'cross-cultural work', NULL, FALSE),
    ('top_01kdvdna00cv975zfj08n9dyrt', 1767225600000, 600, 'Qualification', 'Certification', 'certification', NULL, FALSE),
    ('top_01kdvdna00w8jme83q3y6ag60h', 1767225600000, 610, 'Qualification', 'Further study', 'further study', NULL, FALSE),
    ('top_01kdvdna00drvd3f2jv4hgv5vy', 1767225600000, 620, 'Qualification', 'Research and publishing', 'research and publishing', NULL, FALSE),
    ('top_01kdvdna008x38spsgbzejw5g9', 1767225600000, 630, 'Qualification', 'Teaching', 'teaching', NULL, FALSE);
