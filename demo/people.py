"""Invented people: names, work, and what they say."""

import random
from datetime import timedelta
from typing import Any

from models import CareerStage, Role

DAY = timedelta(days=1)

# The members one signs in as, by their number, and the roles they have.
ACCOUNTS: dict[int, dict[str, Any]] = {
    1: {"username": "mentee", "name": "Mia Keller", "email": "mentee@example.org"},
    2: {"username": "mentor", "name": "Grace Lindqvist", "email": "mentor@example.org"},
    3: {
        "username": "coordinator",
        "name": "Carla Neumann",
        "email": "coordinator@example.org",
        "is_coordinator": True,
    },
}
TOPICS = {
    "mentee": ("Negotiating pay and terms", "Moving to management"),
    "mentor": ("Negotiating pay and terms", "Moving to management", "Public speaking"),
}
ROLES = {"mentee": [Role.MENTEE], "mentor": [Role.MENTOR], "coordinator": []}

FIRST_NAMES = (
    "Ada Amara Amelie Anika Astrid Beatriz Birgit Carla Chiara Clara Dalia Daniela Dorothea Elif Elena "
    "Emilia Esther Fatima Felicitas Franziska Gesa Giulia Greta Hanna Heike Helena Ines Ingrid Irina "
    "Jana Joana Johanna Juliane Kamila Karin Katrin Kerstin Lea Leonie Lina Lucia Magda Maja Malin "
    "Marie Martina Mei Merve Mina Miriam Nadia Natalia Nele Nina Noor Olga Olivia Petra Pia Rana "
    "Rebecca Regina Renata Rosa Ruth Sabine Samira Sandra Sara Selma Silke Simone Sofia Sonja Svea "
    "Tamara Tanja Theresa Ulrike Valentina Vera Viola Wanda Yara Yasemin Zeynep Alex Benedict Cem "
    "David Emil Felix Goran Henrik Ivan Jonas Karim Lukas Mateo Noah Omar Paul Rafael Stefan Tom"
).split()
LAST_NAMES = (
    "Abel Albrecht Almeida Arslan Bauer Becker Berg Bianchi Böhm Brandt Busch Celik Costa Demir Dietrich "
    "Dvořák Ebert Eriksson Falk Fischer Fontana Frank García Graf Haas Hansen Hartmann Hoffmann Horvat "
    "Huber Ivanova Jansen Kaiser Keller Klein Koch Kowalska Kramer Krüger Lange Lehmann Lindqvist Lopes "
    "Lorenz Martin Mayer Meyer Moreau Mori Müller Nakamura Neumann Novak Okafor Otto Pereira Peters "
    "Petrova Pohl Ricci Richter Romano Rossi Roth Sahin Sander Santos Sauer Schäfer Schmitt Schneider "
    "Schubert Schulz Seidel Silva Simon Sommer Stark Stein Tanaka Thomas Ungerer Vogel Wagner Walter "
    "Weber Winkler Wolf Yilmaz Ziegler Zimmermann"
).split()
ORGANIZATIONS = (
    "Nordlicht Energy",
    "Hafen Logistics",
    "Lindenhof Clinic",
    "City of Wolfenbrück",
    "Kranich Bank",
    "Atelier Sechs",
    "Falke Robotics",
    "Ostsee Foods",
    "Alba Insurance",
    "Merian University",
    "Lumen Software",
    "Passage Theater",
    "Brückner & Daughters",
    "Terra Consulting",
    "Weberei 21",
    "Vela Mobility",
    "Sankt Anna Foundation",
    "Quartier Architects",
    "Polaris Telecom",
    "Habicht Media",
)
JOBS = (
    "Product manager",
    "Controller",
    "Software engineer",
    "Head of human resources",
    "Physician",
    "Project lead",
    "Researcher",
    "Founder",
    "Sales director",
    "Designer",
    "Lawyer",
    "Teacher",
    "Data analyst",
    "Plant manager",
    "Communications officer",
    "Board member",
    "Buyer",
    "Architect",
)
INDUSTRIES = (
    "Energy and utilities",
    "Transport and logistics",
    "Health care",
    "Public administration",
    "Banking and insurance",
    "Arts",
    "Manufacturing",
    "Food and agriculture",
    "Education",
    "Information technology",
    "Construction and real estate",
    "Consulting",
    "Media and marketing",
)
PLACES = (
    ("Hamburg", "Europe/Berlin"),
    ("Berlin", "Europe/Berlin"),
    ("Munich", "Europe/Berlin"),
    ("Vienna", "Europe/Vienna"),
    ("Zurich", "Europe/Zurich"),
    ("Lisbon", "Europe/Lisbon"),
    ("London", "Europe/London"),
    ("New York", "America/New_York"),
    ("Singapore", "Asia/Singapore"),
)
LANGUAGES = (
    "de en",
    "en de",
    "en",
    "en fr",
    "de",
    "en es",
    "en pt",
    "de en fr",
    "en tr de",
    "en zh",
)
OFFERS = (
    "I went through this myself and would be glad to pass on what helped me: {topics}.",
    "Ask me about {topics}. I listen first, and tell you honestly what I think.",
    "After years in {industry} I know the detours. Let us talk about {topics}.",
    "Short and to the point: {topics}. I like people who come with a question.",
)
WISHES = (
    "I would like to get further with {topics}, and look for somebody who has been there.",
    "New in my role and full of questions about {topics}.",
    "I am about to decide what comes next and would value a second pair of eyes on {topics}.",
    "My goal for this year: {topics}. I prepare well and keep appointments.",
)
MESSAGES = (
    "Your profile speaks to me: this is just where I stand. Have you half an hour?",
    "We met at the annual meeting. I would love to go on with what we talked about there.",
    "I am new in the association and was told to ask you. May I?",
    "",
)
THANKS = (
    "Thank you for your time and for all the questions I had not dared to ask myself.",
    "I took the job. Without our talks I would not even have applied. Thank you!",
    "It was a pleasure to see how far you came. Stay in touch.",
)


def invent(dice: random.Random, number: int) -> dict[str, Any]:
    """The columns of a member; the same dice give the same people."""
    first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
    location, time_zone = dice.choice(PLACES)
    username = f"{first}.{last}.{number}".lower()
    return {
        "name": f"{first} {last}",
        "username": username,
        "email": f"member{number}@example.org",
        "headline": dice.choice(JOBS),
        "organization": dice.choice(ORGANIZATIONS),
        "industry": dice.choice(INDUSTRIES),
        "location": location,
        "time_zone": time_zone,
        "languages": dice.choice(LANGUAGES),
        "career_stage": dice.choice(list(CareerStage)),
    }
