DROP TABLE checkins;
DROP TABLE placements;
DROP TABLE plan_steps;
DROP TABLE aftercare_plans;
DROP TABLE students;
