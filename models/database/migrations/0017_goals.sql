-- What two people want to reach, and the steps towards it.

CREATE TABLE goal (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    relationship_id TEXT NOT NULL REFERENCES mentoring_relationship (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    description TEXT,
    due_on DATE,
    reached_at BIGINT,
    place BIGINT NOT NULL, -- among those of the relationship
    version INTEGER NOT NULL -- of its words and its day
);
CREATE INDEX goal_of_relationship ON goal (relationship_id, place);

CREATE TABLE milestone (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    goal_id TEXT NOT NULL REFERENCES goal (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    due_on DATE,
    reached_at BIGINT,
    place BIGINT NOT NULL, -- among those of the goal
    version INTEGER NOT NULL
);
CREATE INDEX milestone_of_goal ON milestone (goal_id, place);
